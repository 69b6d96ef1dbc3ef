"""A small documentation site that ships with Docspasta: the documentation of an imaginary program, Larder.

It has what real sites have: navigation, code, tables, notes, images, a redirect, a dead link, a page that
robots.txt forbids, one that only the sitemap knows, one page under two addresses, and a PDF.
"""

"""A job's pages in the forms that people and programs take them in: a zip of files, parts of a size, chunks
for retrieval, a skill, llms.txt. Pure: pages in, bytes out, one page in memory at a time. The record's side,
which reads the pages, is docspasta/store/exports.py.
"""

'use client';
import Link from 'next/link'; import {pages} from '../content.mjs';
export const Nav = () => <nav><ul><li><Link href="/">Home</Link></li>{pages.map(p => <li key={p.slug}><Link href={`/docs/${p.slug}`}>{p.title}</Link></li>)}</ul></nav>;
export default () => <><Nav/><main><article><h1>The line</h1><p>Documentation of every part of the line, one page for each, in the order in which water meets them.</p></article></main></>;

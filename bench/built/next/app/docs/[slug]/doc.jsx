'use client';
import Link from 'next/link'; import {pages} from '../../../content.mjs'; import {Nav} from '../../home';
const Block = ({b}) => b.h ? <h2 id={b.h.toLowerCase()}>{b.h}</h2> : b.code ? <pre><code className={`language-${b.lang}`}>{b.code}</code></pre>
  : b.list ? <ol>{b.list.map(x => <li key={x}>{x}</li>)}</ol>
  : b.table ? <table><thead><tr>{b.table[0].map(x => <th key={x}>{x}</th>)}</tr></thead><tbody>{b.table.slice(1).map(r => <tr key={r[0]}>{r.map(x => <td key={x}>{x}</td>)}</tr>)}</tbody></table>
  : <p>{b.p}{b.link && <Link href={`/docs/${b.link}`}>{b.link}</Link>}{b.tail}</p>;
export default ({slug}) => { const page = pages.find(p => p.slug === slug); return <><Nav/><main><article><h1>{page.title}</h1>{page.blocks.map((b, i) => <Block key={i} b={b}/>)}</article></main></>; };

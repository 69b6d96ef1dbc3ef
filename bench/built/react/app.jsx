import {Routes, Route, Link, useParams} from 'react-router-dom';
import {pages} from './content.mjs';
const Block = ({b}) => b.h ? <h2 id={b.h.toLowerCase()}>{b.h}</h2> : b.code ? <pre><code className={`language-${b.lang}`}>{b.code}</code></pre>
  : b.list ? <ol>{b.list.map(x => <li key={x}>{x}</li>)}</ol>
  : b.table ? <table><thead><tr>{b.table[0].map(x => <th key={x}>{x}</th>)}</tr></thead><tbody>{b.table.slice(1).map(r => <tr key={r[0]}>{r.map(x => <td key={x}>{x}</td>)}</tr>)}</tbody></table>
  : <p>{b.p}{b.link && <Link to={`/docs/${b.link}`}>{b.link}</Link>}{b.tail}</p>;
const Doc = () => { const {slug} = useParams(); const page = pages.find(p => p.slug === slug);
  return <article><h1>{page.title}</h1>{page.blocks.map((b, i) => <Block key={i} b={b}/>)}</article>; };
const Home = () => <article><h1>The line</h1><p>Documentation of every part of the line, one page for each, in the order in which water meets them.</p></article>;
export const App = () => <div className="layout"><nav><ul><li><Link to="/">Home</Link></li>{pages.map(p => <li key={p.slug}><Link to={`/docs/${p.slug}`}>{p.title}</Link></li>)}</ul></nav>
  <main><Routes><Route path="/" element={<Home/>}/><Route path="/docs/:slug" element={<Doc/>}/></Routes></main><footer>© 2026 The line</footer></div>;

'use client';
import dynamic from 'next/dynamic';

const InBrowser = dynamic(() => import('./doc'), {ssr: false});
const OnServer = dynamic(() => import('./doc'));
export default ({slug}) => process.env.CLIENT ? <InBrowser slug={slug}/> : <OnServer slug={slug}/>;

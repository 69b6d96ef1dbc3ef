'use client';
import dynamic from 'next/dynamic';

const InBrowser = dynamic(() => import('./home'), {ssr: false});
const OnServer = dynamic(() => import('./home'));
export default () => process.env.CLIENT ? <InBrowser/> : <OnServer/>;

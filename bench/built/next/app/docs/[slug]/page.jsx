import {pages} from '../../../content.mjs'; import Shell from './shell';
export const generateStaticParams = () => pages.map(p => ({slug: p.slug})); export const dynamicParams = false;
export default async ({params}) => <Shell slug={(await params).slug}/>;

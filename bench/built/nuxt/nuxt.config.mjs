import {pages} from './content.mjs';
export default {
  ssr: !process.env.CLIENT,
  telemetry: false,
  devtools: {enabled: false},
  app: {head: {title: 'The line', htmlAttrs: {lang: 'en'}}},
  nitro: {prerender: {routes: ['/', ...pages.map(page => `/docs/${page.slug}`)]}},
};

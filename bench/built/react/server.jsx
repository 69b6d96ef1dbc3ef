import {renderToString} from 'react-dom/server'; import {StaticRouter} from 'react-router-dom'; import {App} from './app.jsx';
export {pages} from './content.mjs';
export const render = url => renderToString(<StaticRouter location={url}><App/></StaticRouter>);

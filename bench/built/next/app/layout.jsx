export const metadata = {title: 'The line'};
export default ({children}) => <html lang="en"><body>{children}</body></html>;

import {ApplicationConfig, Component, Input} from '@angular/core';
import {provideRouter, RouterLink, RouterOutlet, withComponentInputBinding} from '@angular/router';
import {pages} from '../content.mjs';

@Component({selector: 'line-home', template: `<article><h1>The line</h1><p>Documentation of every part of the line, one page for each, in the order in which water meets them.</p></article>`})
export class Home {}

@Component({selector: 'line-doc', imports: [RouterLink], template: `<article><h1>{{page.title}}</h1>@for (b of page.blocks; track $index) {
@if (b.h) {<h2 [id]="b.h.toLowerCase()">{{b.h}}</h2>}
@else if (b.code) {<pre><code [class]="'language-' + b.lang">{{b.code}}</code></pre>}
@else if (b.list) {<ol>@for (x of b.list; track x) {<li>{{x}}</li>}</ol>}
@else if (b.table) {<table><thead><tr>@for (x of b.table[0]; track x) {<th>{{x}}</th>}</tr></thead><tbody>@for (r of b.table.slice(1); track r) {<tr>@for (x of r; track x) {<td>{{x}}</td>}</tr>}</tbody></table>}
@else {<p>{{b.p}}@if (b.link) {<a [routerLink]="'/docs/' + b.link">{{b.link}}</a>}{{b.tail}}</p>}
}</article>`})
export class Doc {
  @Input() slug = '';
  get page(): any { return pages.find((each: any) => each.slug === this.slug); }
}

@Component({selector: 'app-root', imports: [RouterLink, RouterOutlet], template: `<nav><ul><li><a routerLink="/">Home</a></li>@for (p of pages; track p.slug) {<li><a [routerLink]="'/docs/' + p.slug">{{p.title}}</a></li>}</ul></nav><main><router-outlet/></main>`})
export class App { pages: any[] = pages; }

export const config: ApplicationConfig = {
  providers: [provideRouter([{path: '', component: Home}, {path: 'docs/:slug', component: Doc}], withComponentInputBinding())],
};

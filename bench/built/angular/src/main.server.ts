import {mergeApplicationConfig} from '@angular/core';
import {bootstrapApplication, BootstrapContext} from '@angular/platform-browser';
import {provideServerRendering} from '@angular/platform-server';
import {App, config} from './app';
const served = mergeApplicationConfig(config, {providers: [provideServerRendering()]});
export default (context: BootstrapContext) => bootstrapApplication(App, served, context);

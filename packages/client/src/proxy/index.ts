export { type EnvironmentProxy, type ProxyChoice, proxyOf } from './environment-proxy.js';

import { expect, test } from 'vitest';
import { removeOutsideRequests } from './remove-outside-requests.js';

const rendered = [
  '<script type="module">',
  'const logo = full ? `https://cdn.redoc.ly/redoc/logo-mini-full.svg` : `https://cdn.redoc.ly/redoc/logo-mini.svg`;',
  'const icons = ["https://cdn.redocly.com/icons/fa/7.0.0", "https://cdn.redocly.com/icons/code/5.24.0"];',
  'const traces = `https://otel.cloud.redocly.com/v1/traces`;',
  'const options = {"disableTelemetry":true};',
  '</script>',
].join('\n');

test('no address of a content network or of telemetry is left', () => {
  expect(removeOutsideRequests(rendered)).not.toMatch(/cdn\.|otel\./);
});

test('a link that a reader may follow stays', () => {
  const page = `${rendered}<a href="https://example.com/">example</a>`;
  expect(removeOutsideRequests(page)).toContain('href="https://example.com/"');
});

test('a piece that Redoc renamed fails the build by its address', () => {
  const renamed = rendered.replaceAll('logo-mini-full.svg', 'logo-2.svg');
  expect(() => removeOutsideRequests(renamed)).toThrow('https://cdn.redoc.ly/redoc/logo-mini-full.svg');
});

test('a page with telemetry on fails the build', () => {
  expect(() => removeOutsideRequests(rendered.replace('"disableTelemetry":true', ''))).toThrow('REDOCLY_TELEMETRY=off');
});

test.each([
  ['<script src="https://example.com/a.js"></script>'],
  ['<link rel="stylesheet" href="https://fonts.example.com/css">'],
  ['<img alt="" src="//example.com/a.png">'],
  ['<style>@import "https://example.com/a.css";</style>'],
  ['<style>body { background: url(https://example.com/a.png) }</style>'],
  ['<script>fetch("https://cdn.example.com/a")</script>'],
])('%s fails the build', (piece) => {
  expect(() => removeOutsideRequests(rendered + piece)).toThrow('remove-outside-requests.ts');
});

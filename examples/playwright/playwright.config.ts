import { defineConfig } from '@playwright/test';

const executablePath = process.env.CHROMIUM_PATH;

// Without CHROMIUM_PATH: npx playwright install chromium
export default defineConfig({
  testMatch: '*.spec.ts',
  use: { launchOptions: executablePath ? { executablePath, args: ['--no-sandbox'] } : {} },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The page says where it lives: the console of every tenant is the same files.
  base: './',
  plugins: [react()],
  // `light-dark()` stays as it is: what it is rewritten to for older browsers knows nothing of the theme that somebody has chosen.
  build: {
    target: 'es2023',
    cssTarget: ['chrome125', 'edge125', 'firefox125', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
});

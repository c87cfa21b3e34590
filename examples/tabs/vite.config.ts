import { defineConfig } from 'vite';
import { ShopServer } from './server.ts';

export default defineConfig({
  plugins: [
    {
      name: 'shop',
      configureServer: ({ middlewares }) => void middlewares.use(new ShopServer(500, 5000).answer),
    },
  ],
});

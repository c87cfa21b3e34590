import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import HomePage from './home-page.vue';
import './valvekit.css';

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component('HomePage', HomePage);
  },
} satisfies Theme;

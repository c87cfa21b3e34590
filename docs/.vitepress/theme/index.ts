import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { h } from 'vue';
import HomePage from './home-page.vue';
import NextRelease from './next-release.vue';
import PageAsMarkdown from './page-as-markdown.vue';
import SiteFooter from './site-footer.vue';
import './valvekit.css';

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      'doc-before': () => h('div', { class: 'doc-head' }, [h(NextRelease), h(PageAsMarkdown)]),
      'doc-after': () => h(SiteFooter),
    }),
  enhanceApp: ({ app }) => {
    app.component('HomePage', HomePage);
  },
} satisfies Theme;

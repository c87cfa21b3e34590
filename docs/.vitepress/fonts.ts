/**
 * A plugin of PostCSS. A font that arrives after the text has been painted would move all of it: if it is late, it is used
 * from the next page on.
 */
export const withoutSwapping = {
  postcssPlugin: 'without-swapping',
  Declaration: {
    'font-display': (declaration: { value: string }) => {
      if (declaration.value === 'swap') declaration.value = 'optional';
    },
  },
};

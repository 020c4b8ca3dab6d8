// axe on the screen as it stands: every rule for WCAG 2.2 AA, and axe's best practices.

import { axeSource } from './packages.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Puts axe into every page of a context; its CSP must be bypassed for it. */
export async function withAxe(context) {
  await context.addInitScript({ content: axeSource });
}

/** What is wrong, one readable line for each violation; and whether the page scrolls sideways. */
export async function faultsOf(page) {
  const found = await page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: tags, resultTypes: ['violations'],
    });
    const sideways = document.documentElement.scrollWidth > innerWidth + 1;
    const lines = violations.map(
      (one) =>
        `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map(
          (node) => `${node.target.join(' ')} (${node.failureSummary.split('\n').at(1)?.trim()})`,
        ).join(' | ')}`,
    );
    return sideways ? [...lines, `scrolls sideways: ${document.documentElement.scrollWidth} px`] : lines;
  }, TAGS);
  return found;
}

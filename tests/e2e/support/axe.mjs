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
    // What lies half under the bar at the bottom can be scrolled out from under it: judged there.
    const size = violations.find((one) => one.id === 'target-size');
    if (size) {
      const still = [];
      for (const node of size.nodes) {
        const target = document.querySelector(node.target[0]);
        target?.scrollIntoView({ block: 'center' });
        const again = await globalThis.axe.run(document, { runOnly: { type: 'rule', values: ['target-size'] } });
        const same = again.violations.flatMap((one) => one.nodes).find((one) => one.target[0] === node.target[0]);
        if (same) still.push(same);
      }
      scrollTo(0, 0);
      size.nodes = still;
      if (still.length === 0) violations.splice(violations.indexOf(size), 1);
    }
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

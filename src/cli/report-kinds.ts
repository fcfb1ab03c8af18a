/** The kinds of figures there are; apart from how they are drawn, which takes a second to load. */

export const figureKinds = ['success', 'curves', 'identity'] as const;
export type FigureKind = (typeof figureKinds)[number];

/** What a figure shows, for people who cannot see it. */
export const captions: Readonly<Record<FigureKind, string>> = {
  success: 'Success rates with 95 % intervals by range and unit',
  curves: 'Validation and extrapolation errors over the steps',
  identity: 'Mean absolute error of the identity task against x',
};

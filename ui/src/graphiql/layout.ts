// Widths at which the layout changes.

/** Panes are stacked, and a panel of the side bar covers them; page.css has the same width. */
export const IS_PHONE = '(max-width: 760px)';

/** The most lines on one order; chosen so that a placed order with all of them fits into one event (256 KiB). */
export const orderLinesMax = 1_200;

/** The largest quantity of one line. */
export const quantityMax = 1_000_000;

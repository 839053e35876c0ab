/** Stands for a row that there is not. */
export const noRow = 0xff_ff_ff_ff;

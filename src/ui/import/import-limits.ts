/** What one import takes, so that no file can freeze or fill the device: over it is told in words, never tried. */
export const importLimits = {
  fileBytes: 16_000_000,
  /** Rows of one file, its header not counted. */
  fileRows: 50_000,
  files: 12,
} as const;

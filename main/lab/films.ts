/** @file How many moments strips and films show, where nobody asks for another number. */

/** Moments of a film of a denoising, and in a row of a strip. */
export const denoisingFrames = 26;
export const stripMoments = 10;
/** Steps of a film of a walk. */
export const walkSteps = 31;
/** Steps of an interpolation that is no film, both ends among them. */
export const interpolationSteps = 10;

/** @file The page's walks: all stepper panels share them. */

import { lab } from '../../link/lab';
import { openWalks } from './walks';

export const walks = openWalks((args, options) => lab.diffusion.walk(args, options));

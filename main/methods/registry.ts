/** @file The one list of methods. */

import { ddpm } from './ddpm/ddpm';
import type { Method } from './method';
import { vae } from './vae/vae';

export const methods: readonly Method[] = [vae, ddpm];

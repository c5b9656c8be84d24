/** @file Before any schema is used: the page's policy forbids code made of text, so zod must not try it. */

import { config } from 'zod';

config({ jitless: true });

/** @file The bridge to the sandboxed page: it tells the page which host shows it. */

import { contextBridge } from 'electron';
import type { HostInfo } from './contract/host';

const lab: HostInfo = { host: 'electron', platform: process.platform };
contextBridge.exposeInMainWorld('lab', lab);

/** @file What `import 'electron'` gives under the test runner: importing the real package in plain Node starts a download. Any use throws. */

function absent(name: string): never {
  throw new Error(`electron's ${name} is not there under the test runner`);
}

const standIn = (name: string) => new Proxy({}, { get: (_, member) => absent(`${name}.${String(member)}`) });

export const app = standIn('app');
export const BrowserWindow = standIn('BrowserWindow');
export const contextBridge = standIn('contextBridge');
export const ipcRenderer = standIn('ipcRenderer');
export const net = standIn('net');
export const protocol = standIn('protocol');
export const session = standIn('session');
export const shell = standIn('shell');
export const utilityProcess = standIn('utilityProcess');

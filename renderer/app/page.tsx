/** @file The lab's first page: what it is, its version, and how it is used from a terminal. */

import { useEffect, useState } from 'react';
import { version } from '../../package.json';
import { languages, preferredLanguage, translate, type Language } from './words';

const commands = [
  ['demo', 'npm run demo'],
  ['import', 'npx genoise import PATH --name photos'],
  ['train', 'npx genoise train --method vae --data photos --run photos-vae'],
  ['sample', 'npx genoise sample photos-vae --out samples.png'],
  ['help', 'npx genoise --help'],
] as const;

const ownNames: Record<Language, string> = { en: 'English', fr: 'Français' };

export function Page() {
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <main>
      <nav aria-label={translate('language', language)}>
        {languages.map((one) => (
          <button key={one} type="button" lang={one} aria-pressed={one === language} onClick={() => setLanguage(one)}>
            {ownNames[one]}
          </button>
        ))}
      </nav>
      <h1>
        Genoise <small>{version}</small>
      </h1>
      <p className="lead">{translate('what', language)}</p>
      <h2>{translate('terminal', language)}</h2>
      <dl>
        {commands.map(([key, line]) => (
          <div key={key}>
            <dt>{translate(key, language)}</dt>
            <dd>
              <code>{line}</code>
            </dd>
          </div>
        ))}
      </dl>
    </main>
  );
}

/** The head of every page: where one is and where one can go, who computes, light or dark. It stays in sight. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { project } from '../state/project.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { AdapterBadge } from './engine-notice.tsx';

/** Swaps light and dark. */
export function ThemeToggle() {
  const dark = theme.value === 'dark';
  return (
    <button
      type="button"
      class="icon-button"
      onClick={toggleTheme}
      aria-label={`Switch to the ${dark ? 'light' : 'dark'} theme`}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {dark ? (
          <>
            <circle cx="12" cy="12" r="4.5" />
            <path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1" />
          </>
        ) : (
          <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />
        )}
      </svg>
    </button>
  );
}

export interface MastheadLink {
  readonly href: string;
  readonly label: string;
}

interface MastheadProps {
  /** What the links are for, for those who hear the page. */
  label: string;
  links: readonly MastheadLink[];
  /** Where the keyboard can skip to. */
  skip?: MastheadLink;
  /** Whether the page has a GPU to name. Default: true. */
  badge?: boolean;
}

export function Masthead({ label, links, skip, badge = true }: MastheadProps) {
  const here = useHere(links);
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = strip.current?.querySelector<HTMLElement>('[aria-current]');
    // On narrow screens the links are a strip that is wider than the screen.
    if (current) strip.current?.scrollTo({ left: current.offsetLeft - 48 });
  }, [here]);
  return (
    <header class="masthead">
      <div class="masthead-row">
        {skip && (
          <a class="skip" href={skip.href}>
            {skip.label}
          </a>
        )}
        <nav aria-label={label} ref={strip}>
          {links.map(({ href, label }) => (
            <a key={href} href={href} {...(href === here && { 'aria-current': 'location' })}>
              {label}
            </a>
          ))}
        </nav>
        {project.repository && (
          <a class="masthead-project" href={project.repository}>
            GitHub
          </a>
        )}
        {badge && <AdapterBadge />}
        <ThemeToggle />
      </div>
    </header>
  );
}

/** The link to the place of this page that is being looked at. */
function useHere(links: readonly MastheadLink[]): string | undefined {
  const here = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const own = links.filter(({ href }) => href.startsWith('#'));
    let asked = false;
    const look = () => {
      asked = false;
      const line = innerHeight / 3;
      const passed = own.filter(({ href }) => {
        const place = document.getElementById(href.slice(1));
        return place && place.getBoundingClientRect().top <= line;
      });
      here.value = passed.at(-1)?.href;
    };
    const later = () => {
      if (!asked) requestAnimationFrame(look);
      asked = true;
    };
    look();
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, []);
  return here.value;
}

/** The head of every page: where one is and where one can go, who computes, light or dark. It stays in sight. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { project } from '../state/project.ts';
import { AdapterBadge } from './engine-notice.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

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
}

export function Masthead({ label, links, skip }: MastheadProps) {
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
        <AdapterBadge />
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

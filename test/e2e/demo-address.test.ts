import { describe, expect, it } from 'vitest';
import { bench } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

describe('the address of the web page', () => {
  // What is tested hangs on no result of a kernel.
  const { open } = demoTests({ kernels: 'idle' });

  it('keeps what was set, and restores it', async () => {
    const { page } = await open('#addition');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.set('Seed', '42');
    await addition.set('Epochs', '123');
    await bench(page, 'multiplication').set('Learning rate', '0.01');
    await addition.says('Ready: initial weights of seed 42.');
    const weight = await addition.number('W1');
    const address = new URL(page.url()).hash;
    expect(address).toBe('#learn?addition.seed=42&addition.epochs=123&multiplication.rate=0.01');
    await page.close();

    const { page: other, complaints } = await open(address);
    const restored = bench(other, 'addition');
    await restored.says('Ready: initial weights of seed 42.');
    expect(await restored.value('Epochs')).toBe('123');
    expect(await bench(other, 'multiplication').value('Learning rate')).toBe('0.01');
    expect(await restored.number('W1')).toBe(weight);
    await other.evaluate(() => scrollTo(0, 0));
    await other.click('nav a[href="#learn"]'); // a link to a section leaves the settings alone
    await other.waitForFunction((kept) => location.hash === kept && scrollY > 0, {}, address);
    // Another link takes their place.
    await other.evaluate(() => {
      location.hash = '#learn?addition.seed=3';
    });
    await restored.says('Ready: initial weights of seed 3.');
    expect(await restored.value('Epochs')).toBe('1000');
    expect(complaints).toEqual([]);
    await other.close();
  });

  it('says what a link asks for that cannot be, and what a field does not allow', async () => {
    const { page } = await open(
      '#addition?learn:addition.seed=-5&learn:multiplication.epochs=0.5&learn:hidden=3',
    );
    const addition = bench(page, 'addition');
    await addition.says('Ready: initial weights of seed 1.');
    const said = await page.$eval('#learn > .notice', (notice) => notice.textContent);
    expect(said).toMatch(/addition.seed=-5: it must be a whole number from 0 to 4294967295/);
    expect(said).toMatch(/multiplication.epochs=0.5: it must be a whole number from 1 to 1000000/);
    expect(said).toMatch(/hidden=3: there is no such setting/);

    await addition.set('Seed', '1.5');
    await page.waitForSelector('#addition .field-fault');
    expect(await addition.text('.field-fault')).toMatch(/Seed: it must be a whole number.*1 stays in use/);
    await addition.set('Seed', '5');
    await addition.says('Ready: initial weights of seed 5.');
    expect(await page.$('#learn .notice, #learn .field-fault')).toBeNull();
    await page.close();
  });

  it.each([
    '#learn?__proto__:polluted=yes',
    '#x?constructor:keys=boom',
    '#constructor?__proto__=x&keys=boom',
  ])('stays whole where a link is made to do harm: %s', async (address) => {
    const { page, complaints } = await open(address);
    await page.waitForSelector('nav a[href="#learn"]');
    await page.click('nav a[href="#learn"]');
    await bench(page, 'multiplication').says('Ready');
    const found = await page.evaluate(() => ({
      polluted: Object.getOwnPropertyNames(Object.prototype).includes('polluted'),
      keys: typeof Object.keys,
      charts: document.querySelectorAll('#multiplication canvas').length,
    }));
    expect(found).toEqual({ polluted: false, keys: 'function', charts: expect.any(Number) });
    expect(found.charts).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

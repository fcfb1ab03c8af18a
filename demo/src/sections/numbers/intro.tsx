/** What the section is about: what it looks for, how it is tested, and that the table stays in the browser. */

export function Intro() {
  return (
    <div class="story">
      <div class="prose">
        <p>
          A table may hold a law that nobody has written down yet. Here the units look for it: thousands of
          small models start at random and train on your rows; the best are read as formulas, and their
          constants are rounded to simple numbers where that makes them no worse.
        </p>
        <p>
          A search always finds <em>something</em>. So the rows with the largest numbers are held out of the
          training, and a formula is believed only if it is right on them too, and clearly better than a
          straight line and an ordinary network.
        </p>
      </div>
      <aside class="equations" aria-label="What can be found">
        <math class="equation">
          <mi>y</mi>
          <mo>=</mo>
          <munder>
            <mo>∑</mo>
            <mi>k</mi>
          </munder>
          <msub>
            <mi>c</mi>
            <mi>k</mi>
          </msub>
          <msup>
            <mi>a</mi>
            <mi>p</mi>
          </msup>
          <msup>
            <mi>b</mi>
            <mi>q</mi>
          </msup>
          <mo>⋯</mo>
        </math>
        <p class="fine">
          Products, ratios, powers, roots, and sums of up to three such terms can be found. Sines,
          exponentials and fractions like <i>a b</i> / (<i>a</i> + <i>b</i>) cannot.
        </p>
        <p class="fine">
          Your table stays in this tab and is forgotten with it: it is read and searched here, nothing is sent
          anywhere, and links to this section do not hold it.
        </p>
      </aside>
    </div>
  );
}

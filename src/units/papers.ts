/** Where the units come from. */

import type { Paper } from './unit.ts';

const paper = (title: string, authors: string, year: number, arxiv: string): Paper => ({
  title,
  authors,
  year,
  arxiv,
  url: `https://arxiv.org/abs/${arxiv}`,
});

export const papers = {
  trask: paper('Neural Arithmetic Logic Units', 'Trask, Hill, Reed, Rae, Dyer, Blunsom', 2018, '1808.00508'),
  madsen: paper('Neural Arithmetic Units', 'Madsen, Johansen', 2020, '2001.05016'),
  schloer: paper('iNALU: Improved Neural Arithmetic Logic Unit', 'Schlör, Ring, Hotho', 2020, '2003.07629'),
  rana: paper(
    'Systematically designing better instance counting models on cell images with Neural Arithmetic Logic Units',
    'Rana, Singh, Singh, Kumar, Rana',
    2020,
    '2004.06674',
  ),
  heim: paper('Neural Power Units', 'Heim, Pevný, Šmídl', 2020, '2006.01681'),
  mistryDivision: paper(
    'Learning Division with Neural Arithmetic Logic Modules',
    'Mistry, Farrahi, Hare',
    2021,
    '2110.05177',
  ),
  mistryStochastic: paper(
    'Improving the Robustness of Neural Multiplication Units with Reversible Stochasticity',
    'Mistry, Farrahi, Hare',
    2022,
    '2211.05624',
  ),
  mistryPrimer: paper(
    'A Primer for Neural Arithmetic Logic Modules',
    'Mistry, Farrahi, Hare',
    2022,
    '2101.09530',
  ),
  hoedt: paper(
    'MC-LSTM: Mass-Conserving LSTM',
    'Hoedt, Kratzert, Klotz, Halmich, Holzleitner, Nearing, Hochreiter, Klambauer',
    2021,
    '2101.05186',
  ),
  he: paper(
    'Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification',
    'He, Zhang, Ren, Sun',
    2015,
    '1502.01852',
  ),
  xu: paper(
    'Empirical Evaluation of Rectified Activations in Convolutional Network',
    'Xu, Wang, Chen, Li',
    2015,
    '1505.00853',
  ),
  clevert: paper(
    'Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)',
    'Clevert, Unterthiner, Hochreiter',
    2015,
    '1511.07289',
  ),
  klambauer: paper(
    'Self-Normalizing Neural Networks',
    'Klambauer, Unterthiner, Mayr, Hochreiter',
    2017,
    '1706.02515',
  ),
  konda: paper(
    'Zero-bias autoencoders and the benefits of co-adapting features',
    'Konda, Memisevic, Krueger',
    2014,
    '1402.3337',
  ),
  dujardin: {
    title: 'Hill Space is All You Need',
    authors: 'DuJardin',
    year: 2025,
    url: 'https://hillspace.justindujardin.com',
  },
} as const;

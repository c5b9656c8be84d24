/** @file Formulas of terms, and where their source stands, by the term's row in terms.json: the same in every language. */

export const formulas: Readonly<Record<string, string>> = {
  elbo: String.raw`\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{\mathrm{KL}}(q(z|x)\,\|\,p(z))`,
  kl: String.raw`D_{\mathrm{KL}}(q\,\|\,p) = \mathbb{E}_q\!\left[\log \frac{q(z)}{p(z)}\right]`,
  psnr: String.raw`\mathrm{PSNR} = 10 \log_{10} \frac{\mathrm{MAX}^2}{\mathrm{MSE}}`,
  'noise-schedule': String.raw`\bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)`,
  'forward-process': String.raw`x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon`,
  ema: String.raw`\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta`,
};

/** Papers; a term without one has no link. */
export const sources: Readonly<Record<string, string>> = {
  elbo: 'https://arxiv.org/abs/1312.6114',
  'noise-schedule': 'https://arxiv.org/abs/2006.11239',
  'forward-process': 'https://arxiv.org/abs/2006.11239',
};

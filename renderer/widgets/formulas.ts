/** @file Formulas of terms, and where their source stands, by the term's row in terms.json: the same in every language. */

export const formulas: Readonly<Record<string, string>> = {
  elbo: String.raw`\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{\mathrm{KL}}(q(z|x)\,\|\,p(z))`,
  kl: String.raw`D_{\mathrm{KL}}(q\,\|\,p) = \mathbb{E}_q\!\left[\log \frac{q(z)}{p(z)}\right]`,
  psnr: String.raw`\mathrm{PSNR} = 10 \log_{10} \frac{\mathrm{MAX}^2}{\mathrm{MSE}}`,
  'noise-schedule': String.raw`\bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)`,
  'forward-process': String.raw`x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon`,
  'data-distance': String.raw`d(z) = \min_n \lVert z - z_n \rVert`,
  slerp: String.raw`z_t = \frac{\sin((1 - t)\theta)}{\sin\theta}\, a + \frac{\sin(t\theta)}{\sin\theta}\, b`,
  lerp: String.raw`z_t = (1 - t)\, a + t\, b`,
  ema: String.raw`\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta`,
  'alpha-bar': String.raw`\bar\alpha_t = \prod_{s=1}^{t} (1 - \beta_s)`,
  'beta-bar': String.raw`\bar\beta_t = 1 - \bar\alpha_t`,
  beta: String.raw`\beta_t = 1 - \frac{\bar\alpha_t}{\bar\alpha_{t-1}}`,
  'x-t': String.raw`x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon`,
  'first-noise': String.raw`\varepsilon \sim \mathcal{N}(0, I)`,
  'predicted-noise': String.raw`\varepsilon_\theta(x_t, t)`,
  'predicted-x0': String.raw`\hat x_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t}\, \varepsilon_\theta(x_t, t)}{\sqrt{\bar\alpha_t}}`,
  eta: String.raw`\sigma_t = \eta \sqrt{\tfrac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}} \sqrt{1 - \tfrac{\bar\alpha_t}{\bar\alpha_{t-1}}}`,
  'noise-loss': String.raw`L = \mathbb{E}_{x_0, \varepsilon, t}\, \lVert \varepsilon - \varepsilon_\theta(x_t, t) \rVert^2`,
  'multiply-adds': String.raw`H' W' \, C_{\mathrm{out}} \cdot k^2 \, C_{\mathrm{in}}`,
  trustworthiness: String.raw`T(k) = 1 - \tfrac{2}{nk(2n - 3k - 1)} \sum_i \sum_{j \in U_k(i)} (r(i, j) - k)`,
};

/** Papers; a term without one has no link. */
export const sources: Readonly<Record<string, string>> = {
  elbo: 'https://arxiv.org/abs/1312.6114',
  'noise-schedule': 'https://arxiv.org/abs/2006.11239',
  'forward-process': 'https://arxiv.org/abs/2006.11239',
  'alpha-bar': 'https://arxiv.org/abs/2006.11239',
  beta: 'https://arxiv.org/abs/2006.11239',
  'predicted-x0': 'https://arxiv.org/abs/2006.11239',
  'noise-loss': 'https://arxiv.org/abs/2006.11239',
  snr: 'https://arxiv.org/abs/2107.00630',
  eta: 'https://arxiv.org/abs/2010.02502',
  'sampler-steps': 'https://arxiv.org/abs/2010.02502',
};

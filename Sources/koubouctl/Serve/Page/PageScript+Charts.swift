extension Page {
    /// Curves of the last hour or day, drawn as SVG.
    static let scriptCharts = #"""
        const load = { span: 'hour', data: null, charts: [] };
        const [chartWidth, chartHeight] = [600, 92];

        const svg = (tag, attributes) => {
          const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
          for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
          return node;
        };

        const decimal = number => Number.isInteger(number) ? figure(number) : number < 10 ? number.toFixed(1) : figure(Math.round(number));

        class Chart {
          /// `series`: the names of its lists, of which the last one lies on the others; `text`: how a point is told, and
          /// `headline`: the whole.
          constructor(name, series, isBars, text, headline) {
            Object.assign(this, { name, series, isBars, text, headline });
            this.value = make('b', {}, '–');
            this.readout = make('span', { class: 'readout', 'aria-hidden': 'true' });
            this.top = make('span', { class: 'top', 'aria-hidden': 'true' });
            this.from = make('span');
            this.svg = svg('svg', { viewBox: `0 0 ${chartWidth} ${chartHeight}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
            this.plot = make('div', { class: 'plot', role: 'slider', tabindex: '0', 'aria-valuemin': '0' }, this.svg, this.top, this.readout);
            this.node = make('figure', { class: 'chart' },
              make('figcaption', {}, make('span', {}, name), this.value), this.plot,
              make('div', { class: 'axis', 'aria-hidden': 'true' }, this.from, make('span', {}, 'now')));
            this.plot.addEventListener('pointermove', event => {
              const box = this.plot.getBoundingClientRect();
              this.point(Math.floor((event.clientX - box.left) / box.width * this.count));
            });
            this.plot.addEventListener('pointerleave', () => this.point(null));
            this.plot.addEventListener('blur', () => this.point(null));
            this.plot.addEventListener('keydown', event => {
              const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
              if (!step) return;
              event.preventDefault();
              this.point((this.at ?? this.count - 1) + step);
            });
          }

          get count() { return load.data ? load.data[this.series[0]].length : 0; }

          draw(data) {
            const lists = this.series.map(name => data[name]);
            const sums = lists[0].map((_, index) => lists.reduce((sum, list) => sum + list[index], 0));
            const most = Math.max(...sums);
            const scale = Math.max(most, 1);
            const height = value => (chartHeight - 4) * value / scale;
            const step = chartWidth / sums.length;
            const parts = !most ? [] : [svg('line', { class: 'grid', x1: 0, x2: chartWidth, y1: 4, y2: 4, 'vector-effect': 'non-scaling-stroke' })];
            if (this.isBars) {
              const base = sums.map(() => 0);
              lists.forEach((list, number) => {
                const bars = list.map((value, index) => {
                  const bottom = chartHeight - height(base[index]);
                  base[index] += value;
                  return value ? `M${index * step + step * .12} ${bottom}v${-height(value)}h${step * .76}v${height(value)}z` : '';
                }).join('');
                parts.push(svg('path', { class: number ? 'bars-bad' : 'bars-good', d: bars || 'M0 0' }));
              });
            } else {
              const points = sums.map((value, index) => `${index * chartWidth / (sums.length - 1)} ${chartHeight - height(value)}`);
              parts.push(svg('path', { class: 'area', d: `M0 ${chartHeight}L${points.join('L')}L${chartWidth} ${chartHeight}z` }),
                svg('path', { class: 'curve', d: `M${points.join('L')}`, 'vector-effect': 'non-scaling-stroke' }));
            }
            this.cursor = svg('line', { class: 'cursor', y1: 0, y2: chartHeight, visibility: 'hidden', 'vector-effect': 'non-scaling-stroke' });
            this.svg.replaceChildren(...parts, this.cursor);
            say(this.value, this.headline(lists, sums.length - 1));
            say(this.top, most ? decimal(most) : '');
            say(this.from, load.span === 'hour' ? '1 hour ago' : '1 day ago');
            mark(this.plot, 'aria-label', `${this.name} over the last ${load.span}, at most ${decimal(most)}`);
            mark(this.plot, 'aria-valuemax', sums.length - 1);
            this.lists = lists;
            this.point(this.at ?? null);
          }

          /// Tells the value at one place; null: of none.
          point(index) {
            this.at = index === null ? null : Math.max(0, Math.min(index, this.count - 1));
            if (!this.lists) return;
            mark(this.plot, 'aria-valuenow', this.at ?? this.count - 1);
            mark(this.plot, 'aria-valuetext', this.value.textContent);
            if (this.at === null) { say(this.readout, ''); this.cursor.setAttribute('visibility', 'hidden'); return; }
            const back = (this.count - 1 - this.at) * load.data.step * 1000;
            const time = new Date(Date.parse(load.data.timestamp) - back).toLocaleTimeString(undefined, { timeStyle: 'short' });
            say(this.readout, `${time}: ${this.text(this.lists, this.at)}`);
            mark(this.plot, 'aria-valuetext', this.readout.textContent);
            const x = (this.at + (this.isBars ? .5 : 0)) * chartWidth / (this.count - (this.isBars ? 0 : 1));
            this.cursor.setAttribute('x1', x);
            this.cursor.setAttribute('x2', x);
            this.cursor.setAttribute('visibility', 'visible');
          }
        }

        const level = (lists, index) => decimal(lists[0][index]);
        const total = list => list.reduce((sum, value) => sum + value, 0);
        load.charts = [
          new Chart('Waiting tasks', ['pending'], false, level, level),
          new Chart('Active workers', ['active'], false, level, level),
          new Chart('Ended tasks', ['completed', 'failed'], true,
            (lists, index) => `${figure(lists[0][index])} completed, ${figure(lists[1][index])} failed`,
            lists => `${figure(total(lists[0]))} completed, ${figure(total(lists[1]))} failed`),
        ];
        $('charts').append(...load.charts.map(chart => chart.node));

        const refreshHistory = soon(800, async () => {
          const data = load.data = await get(`/history?span=${load.span}`);
          // Points are means; the curve ends where the queue is.
          for (const name of ['pending', 'active']) data[name][data[name].length - 1] = data.now[name];
          for (const chart of load.charts) chart.draw(load.data);
          // A long day is read part by part.
          if (!load.data.complete) refreshHistory();
        });

        for (const button of document.querySelectorAll('[data-span]')) {
          button.addEventListener('click', () => {
            load.span = button.dataset.span;
            press(button.parentElement, 'span', load.span);
            refreshHistory();
          });
        }
        """#
}

extension Page {
    /// Workers and what they do, types, pauses, and what keeps tasks from running.
    static let scriptPool = #"""
        const pool = { paused: [] };

        const refreshNumbers = soon(200, async () => {
          const [stats, workers, active] = await Promise.all([get('/stats'), get('/workers/status'), get('/tasks/active?limit=1000')]);
          for (const button of $('states').children) {
            const count = stats.tasks[button.dataset.state] ?? 0;
            say(button.querySelector('b'), figure(count));
          }
          Object.assign(pool, stats.pool);
          queue.types = Object.keys(stats.tasks.by_type).sort();
          drawWorkers(workers.workers, new Map(active.map(task => [task.task_id, task])));
          drawTypes(stats.tasks.by_type);
          drawPauseOfAll();
          say($('pool-text'), `${pool.min} to ${pool.max} workers, one more for every ${pool.threshold} waiting tasks`);
          // Whether a supervisor runs is asked only when nobody works.
          const reason = workers.workers.length ? null : (await get('/health').catch(error => ({ reason: error.message }))).reason;
          drawBanner(reason);
        });

        function drawBanner(reason) {
          const text = reason ? `Tasks wait: ${reason}` : pool.note || '';
          say($('banner'), text);
          $('banner').hidden = !text;
        }

        function drawWorkers(workers, tasks) {
          arrange($('workers'), workers, worker => worker.worker_id, createWorker, (item, worker) => {
            const task = tasks.get(worker.task_id);
            item.worker = worker;
            const state = item.querySelector('.state');
            mark(state, 'data-state', worker.status);
            say(state, worker.status);
            const button = item.querySelector('.task');
            button.hidden = !worker.task_id;
            if (worker.task_id) {
              button.dataset.task = worker.task_id;
              say(button.querySelector('.id'), `#${worker.task_id}`);
              say(button.querySelector('.what'), worker.task_title || task?.summary || '');
            }
            drawWorkerTime(item);
          });
          $('workers-empty').hidden = workers.length > 0;
        }

        function createWorker(worker) {
          return make('li', {},
            make('span', { class: 'state' }), make('span', { class: 'sub' }, worker.worker_id),
            make('button', { class: 'open task', click: event => detail.open(Number(event.currentTarget.dataset.task)) },
              make('span', { class: 'id' }), make('span', { class: 'what' })),
            make('span', { class: 'sub done' }), make('span', { class: 'sub time number' }));
        }

        function drawWorkerTime(item) {
          const worker = item.worker;
          say(item.querySelector('.done'), `${figure(worker.tasks_completed)} completed, ${figure(worker.tasks_failed)} failed`);
          const started = worker.task_id ? moment(worker.task_started_at) : null;
          say(item.querySelector('.time'), started ? span(Date.now() - started) : '');
        }

        function drawTypes(counts) {
          const types = [...new Set([...queue.types, ...pool.paused.filter(type => type !== 'all')])].sort();
          arrange($('types'), types, type => type, type => make('li', {},
            make('span', {}, make('b', {}, type)),
            make('button', { class: 'quiet', 'data-type': type, click: event => togglePause(event.currentTarget) }),
            make('span', { class: 'sub' })), (item, type) => {
            const of = counts[type] || {};
            const isPaused = pool.paused.includes(type);
            const button = item.querySelector('button');
            say(button, isPaused ? 'Resume' : 'Pause');
            mark(button, 'aria-label', `${isPaused ? 'Resume' : 'Pause'} type ${type}`);
            say(item.lastChild, `${isPaused ? 'paused, ' : ''}${of.in_progress || 0} running, ${of.pending || 0} pending`);
          });
          $('types-empty').hidden = types.length > 0;
          for (const [list, first] of [[$('filter-type'), ['']], [$('known-types'), ['general', 'code']]]) {
            const wanted = [...new Set([...first, ...types])];
            const known = [...list.children].map(option => option.value);
            for (const type of wanted) if (!known.includes(type)) list.append(make('option', { value: type }, type));
          }
        }

        function drawPauseOfAll() { say($('pause-all'), pool.paused.includes('all') ? 'Resume all' : 'Pause all'); }

        function togglePause(button) {
          const type = button.dataset.type;
          const isPaused = pool.paused.includes(type || 'all');
          act(button, async () => {
            Object.assign(pool, await post(isPaused ? '/resume' : '/pause', type ? { type } : {}));
            drawPauseOfAll();
            return `${type ? `Type ${type}` : 'All types'} ${isPaused ? 'resumed' : 'paused'}`;
          });
        }

        $('pause-all').addEventListener('click', event => togglePause(event.currentTarget));
        """#
}

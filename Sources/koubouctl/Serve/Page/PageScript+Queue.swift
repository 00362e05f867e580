extension Page {
    /// The numbers of tasks by state, and the list of tasks.
    static let scriptQueue = #"""
        const states = ['pending', 'in_progress', 'scheduled', 'blocked', 'completed', 'failed', 'cancelled'];
        const queue = { state: '', tasks: [], next: null, pages: 1, types: [] };
        const pageSize = 50;

        for (const state of states) {
          $('states').append(make('button', { 'data-state': state, 'aria-pressed': 'false', click: () => choose(state) },
            make('b', {}, '–'), make('span', {}, make('i', { 'data-state': state, 'aria-hidden': 'true' }), stateWord(state))));
        }

        function choose(state) {
          queue.state = queue.state === state ? '' : state;
          press($('states'), 'state', queue.state);
          filterChanged();
        }

        function filterChanged() {
          queue.pages = 1;
          $('filter-clear').hidden = !(queue.state || $('search').value || $('filter-type').value || $('filter-tag').value);
          refreshTasks();
        }

        function query(cursor) {
          const query = new URLSearchParams({ limit: pageSize });
          const filter = {
            status: queue.state, type: $('filter-type').value, tag: $('filter-tag').value.trim(),
            search: $('search').value.trim(), cursor,
          };
          for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
          return `/tasks?${query}`;
        }

        const refreshTasks = soon(200, async () => {
          const tasks = [];
          let cursor = null;
          for (let page = 0; page < queue.pages; page++) {
            const answer = await get(query(cursor));
            tasks.push(...answer.tasks);
            cursor = answer.next;
            if (!cursor) break;
          }
          queue.tasks = tasks;
          queue.next = cursor;
          drawTasks();
        });

        function drawTasks() {
          arrange($('tasks'), queue.tasks, task => task.task_id, createTask, updateTask);
          $('tasks-empty').hidden = queue.tasks.length > 0;
          $('more').hidden = !queue.next;
        }

        function createTask(task) {
          const row = make('tr', {},
            make('td', {}, make('button', { class: 'open', click: () => detail.open(task.task_id) },
              make('span', { class: 'id' }, `#${task.task_id}`), make('span', { class: 'what' }))),
            make('td', {}, make('span', { class: 'state' })), make('td'), make('td', { class: 'number' }),
            make('td', { class: 'number' }));
          row.dataset.task = task.task_id;
          return row;
        }

        function updateTask(row, task) {
          const [title, state, type, priority, time] = row.cells;
          say(title.querySelector('.what'), task.title || task.summary || 'without a prompt');
          showStateIn(state.firstChild, task.status, task.progress);
          say(type, task.type);
          mark(type, 'title', task.type);
          say(priority, task.priority);
          row.task = task;
          mark(row, 'aria-current', detail.id === task.task_id);
          drawTime(time, task);
        }

        function showStateIn(node, state, progress) {
          mark(node, 'data-state', state);
          say(node, stateWord(state) + (state === 'in_progress' && progress !== null && progress !== undefined ? ` ${progress}%` : ''));
        }

        /// What an event tells at once, before the list is asked for.
        function showState(id, state) {
          const row = $('tasks').nodesByKey?.get(id);
          if (!row) return;
          row.task.status = state;
          showStateIn(row.cells[1].firstChild, state);
        }

        /// How long it runs or ran; else for how long it has been there.
        function drawTime(node, task) {
          const [started, ended] = [moment(task.started_at), moment(task.ended_at)];
          const due = moment(task.run_at);
          let text;
          if (task.status === 'in_progress' && started) text = span(Date.now() - started);
          else if (ended && started) text = span(ended - started);
          else if (ended) text = '–';
          else if (task.status === 'scheduled' && due && due > Date.now()) text = `in ${span(due - Date.now())}`;
          else text = span(Date.now() - moment(task.created_at));
          say(node, text);
        }

        /// Times go on without the gateway.
        function tick() {
          for (const row of $('tasks').rows) drawTime(row.cells[4], row.task);
          for (const item of $('workers').children) drawWorkerTime(item);
        }

        $('more').addEventListener('click', () => { queue.pages += 1; refreshTasks(); });
        $('filter').addEventListener('submit', event => event.preventDefault());
        $('filter').addEventListener('input', filterChanged);
        $('filter-clear').addEventListener('click', () => {
          $('filter').reset();
          queue.state = '';
          press($('states'), 'state', '');
          filterChanged();
          $('search').focus();
        });
        $('tasks').addEventListener('keydown', event => {
          const row = event.target.closest('tr');
          const other = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
          if (!other) return;
          event.preventDefault();
          other.querySelector('.open').focus();
        });
        """#
}

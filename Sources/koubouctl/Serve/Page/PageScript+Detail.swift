extension Page {
    /// One task: what it is, what it writes, and what can be done about it.
    static let scriptDetail = #"""
        const detail = {
          id: null, task: null, stream: 'stdout', output: null, opener: null,

          open(id) {
            this.opener = document.activeElement;
            if (this.id !== id) {
              this.id = id;
              this.task = null;
              this.stream = 'stdout';
              press($('detail'), 'stream', 'stdout');
              for (const part of ['detail-error', 'prompt']) say($(part), '');
              say($('detail-title'), `Task ${id}`);
              for (const part of ['detail-facts', 'attempts']) $(part).replaceChildren();
              say($('detail-id'), `Task ${id}`);
              this.follow();
            }
            $('detail').hidden = false;
            drawTasks();
            $('detail-title').focus();
            refreshDetail();
          },

          close() {
            if (this.id === null) return;
            this.id = null;
            this.output?.abort();
            $('detail').hidden = true;
            drawTasks();
            (this.opener?.isConnected ? this.opener : $('tasks-title')).focus();
          },

          /// Shows the output as it comes. Of a long one only the end.
          async follow() {
            this.output?.abort();
            const controller = this.output = new AbortController();
            const node = $('output');
            node.replaceChildren();
            mark(node, 'data-empty', 'Nothing yet');
            try {
              const { status } = await get(`/task/${this.id}/status`, controller.signal);
              const path = `/task/${this.id}/output?stream=${this.stream}`;
              const response = hasEnded(status)
                ? await request('GET', path, { signal: controller.signal, head: { Range: `bytes=-${outputMax}` } })
                : await request('GET', `${path}&follow=1`, { signal: controller.signal });
              if (response.status === 206 && !response.headers.get('Content-Range').startsWith('bytes 0-')) append(node, '…\n');
              const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
              while (true) {
                const { value, done } = await reader.read();
                if (done || controller.signal.aborted) break;
                append(node, value);
                if (!hasEnded(status)) refreshDetail();
              }
              mark(node, 'data-empty', 'It wrote nothing');
            } catch (error) {
              if (error.status === 416) mark(node, 'data-empty', 'It wrote nothing');
              else fault(error);
            }
          },
        };
        const outputMax = 256 * 1024;

        function append(node, text) {
          const isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
          node.append(text);
          node.length = (node.length || 0) + text.length;
          while (node.length > 2 * outputMax && node.childNodes.length > 1) {
            node.length -= node.firstChild.length;
            node.firstChild.remove();
          }
          if (isAtEnd) node.scrollTop = node.scrollHeight;
        }

        const refreshDetail = soon(150, async () => {
          const id = detail.id;
          if (id === null) return;
          const task = await get(`/task/${id}`);
          if (detail.id !== id) return;
          // It runs again: its output begins anew.
          if (detail.task && hasEnded(detail.task.status) && !hasEnded(task.status)) detail.follow();
          detail.task = task;
          drawDetail(task);
        });

        function drawDetail(task) {
          const focused = document.activeElement;
          say($('detail-title'), task.title || task.summary || 'Without a prompt');
          showStateIn($('detail-state'), task.status, task.progress);
          $('detail-cancel').hidden = hasEnded(task.status);
          $('detail-retry').hidden = !['failed', 'cancelled'].includes(task.status);
          $('detail-priority-label').hidden = hasEnded(task.status) || task.status === 'in_progress';
          if (focused !== $('detail-priority')) $('detail-priority').value = task.priority;
          // Whoever has pressed what goes now is not left nowhere.
          if ($('detail').contains(focused) && !focused.checkVisibility()) $('detail-title').focus();
          say($('detail-error'), task.error || '');
          $('detail-error').hidden = !task.error;
          const [started, ended] = [moment(task.started_at), moment(task.ended_at)];
          const tasks = list => list?.length ? list.map(id => `#${id}`).join(', ') : null;
          const facts = [
            ['Type', task.type], ['Progress', task.progress_message], ['Worker', task.worker_id],
            ['Attempt', `${task.attempt} of ${task.max_attempts}`], ['Handed in', clock(moment(task.created_at))],
            ['Due', clock(moment(task.run_at))], ['Started', clock(started)], ['Ended', clock(ended)],
            ['Took', started && ended ? span(ended - started) : null], ['Time limit', task.timeout ? span(task.timeout * 1000) : null],
            ['Exit status', task.exit_status], ['Signal', task.signal], ['Tags', task.tags?.join(', ')], ['Key', task.key],
            ['After', tasks(task.after)], ['After any end of', tasks(task.after_any)], ['Part of', tasks(task.parent ? [task.parent] : [])],
            ['Parts', tasks(task.children)], ['Command', task.argv?.join(' ')], ['Folder', task.cwd],
            ...Object.entries(task.metadata || {}),
          ].filter(([, value]) => value !== null && value !== undefined && value !== '');
          arrange($('detail-facts'), facts.flatMap(([name, value]) => [[name, name, 'dt'], [`${name}=`, value, 'dd']]),
            ([key]) => key, ([, , tag]) => make(tag), (node, [, text]) => say(node, text));
          say($('prompt'), (task.prompt || '') + (task.prompt_truncated ? '…' : ''));
          mark($('prompt'), 'data-empty', 'None');
          $('attempts-part').hidden = !(task.attempts.length > 1 || task.attempts.some(attempt => attempt.outcome !== 'completed'));
          arrange($('attempts'), task.attempts, attempt => `${attempt.attempt} ${attempt.started_at}`,
            () => make('tr', {}, make('td'), make('td'), make('td'), make('td', { class: 'number' })), (row, attempt) => {
              const took = span(moment(attempt.ended_at) - moment(attempt.started_at));
              [attempt.attempt, attempt.error ? `${attempt.outcome}: ${attempt.error}` : attempt.outcome, attempt.worker_id, took]
                .forEach((text, index) => say(row.cells[index], text));
              mark(row.cells[1], 'title', attempt.error);
            });
        }

        $('detail-close').addEventListener('click', () => detail.close());
        document.addEventListener('keydown', event => {
          if (event.key === 'Escape' && !document.querySelector('dialog[open]')) detail.close();
        });
        $('detail-cancel').addEventListener('click', event => act(event.currentTarget, async () => {
          const { outcome } = await post(`/task/${detail.id}/cancel`);
          return outcome === 'requested' ? `Task ${detail.id} is being cancelled` : `Task ${detail.id} is cancelled`;
        }));
        $('detail-retry').addEventListener('click', event => act(event.currentTarget, async () => {
          await post(`/task/${detail.id}/retry`);
          return `Task ${detail.id} is in the queue again`;
        }));
        for (let priority = 10; priority >= 1; priority--) $('detail-priority').append(make('option', {}, String(priority)));
        $('detail-priority').addEventListener('change', () => act($('detail-priority'), async () => {
          const priority = Number($('detail-priority').value);
          await post(`/task/${detail.id}/priority`, { priority });
          return `Task ${detail.id} has priority ${priority}`;
        }));
        for (const button of document.querySelectorAll('[data-stream]')) {
          button.addEventListener('click', () => {
            detail.stream = button.dataset.stream;
            press(button.parentElement, 'stream', detail.stream);
            detail.follow();
          });
        }
        """#
}

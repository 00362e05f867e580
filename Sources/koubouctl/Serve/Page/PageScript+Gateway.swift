extension Page {
    /// Talking to the gateway: requests, and streams that begin again where they were cut.
    static let scriptGateway = #"""
        const tokenKey = 'koubou-token';

        function headers(more = {}) {
          const token = sessionStorage.getItem(tokenKey);
          return token ? { Authorization: `Bearer ${token}`, ...more } : more;
        }

        async function request(method, path, { body, signal, head } = {}) {
          const response = await fetch(path, {
            method, signal, cache: 'no-store', redirect: 'error',
            headers: headers({ ...head, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }),
            body: body === undefined ? undefined : JSON.stringify(body),
          });
          if (response.ok) return response;
          const problem = await response.json().catch(() => ({}));
          const error = new Error(problem.detail || `the gateway answers ${response.status}`);
          error.status = response.status;
          error.isUnauthorized = response.status === 401;
          if (error.isUnauthorized) openToken(sessionStorage.getItem(tokenKey) ? problem.detail : '');
          throw error;
        }

        const get = async (path, signal) => (await request('GET', path, { signal })).json();
        const post = async (path, body) => (await request('POST', path, { body: body || {} })).json();

        /// A control's work: not twice at once, and what comes of it is told. It keeps the focus meanwhile.
        async function act(control, work) {
          if (control.ariaBusy === 'true') return;
          control.ariaBusy = 'true';
          try { notice(await work()); } catch (error) { fault(error); }
          control.ariaBusy = null;
          refreshAll();
        }

        async function* lines(response) {
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          let rest = '';
          while (true) {
            const { value, done } = await reader.read();
            if (done) return;
            const parts = (rest + value).split('\n');
            rest = parts.pop();
            yield* parts;
          }
        }

        const live = {
          controller: null, lastEvent: null,

          show(state, text) { mark($('live'), 'data-state', state); say($('live-text'), text); },

          /// Listens to all changes until the page is hidden, and goes on after the last event that came.
          async run() {
            const controller = this.controller = new AbortController();
            while (!controller.signal.aborted) {
              try {
                const head = this.lastEvent === null ? {} : { 'Last-Event-ID': this.lastEvent };
                const response = await request('GET', '/events', { signal: controller.signal, head });
                this.show('live', 'Live');
                refreshAll();
                for await (const line of lines(response)) {
                  if (line.startsWith('id: ')) this.lastEvent = line.slice(4);
                  else if (line.startsWith('data: ')) heard(JSON.parse(line.slice(6)));
                  else if (line.startsWith(':')) refreshAll();
                }
                this.show('broken', 'Interrupted');
              } catch (error) {
                if (controller.signal.aborted) return;
                this.show('broken', error.isUnauthorized ? 'Token needed' : 'Not connected');
                if (error.isUnauthorized) return this.stop();
              }
              await new Promise(done => setTimeout(done, 1000));
            }
          },

          start() { if (!this.controller) this.run(); },
          stop() { this.controller?.abort(); this.controller = null; },
        };

        function refreshAll() { refreshNumbers(); refreshTasks(); refreshHistory(); refreshDetail(); }

        /// One change of one task.
        function heard(event) {
          showState(event.task_id, event.to);
          refreshNumbers();
          refreshTasks();
          refreshHistory();
          if (detail.id === event.task_id) refreshDetail();
        }
        """#
}

"""What the page does: filters, the sheet of a cell in a dialog, arrow keys in the matrix. Nothing needs it."""

SCRIPT = """
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('js');
  var all = function (selector, from) { return Array.from((from || document).querySelectorAll(selector)); };

  all('.filters').forEach(function (form) {
    var section = form.closest('section');
    var choices = all('select', form);
    function apply() {
      var shown = 0, items = all('.item', section);
      items.forEach(function (item) {
        var fits = choices.every(function (choice) {
          var has = item.dataset[choice.name] || '';
          return !choice.value || has === choice.value
            || (choice.name === 'status' && has.split(' ').includes(choice.value));
        });
        shown += fits;
        if (item.tagName === 'TR') { item.hidden = !fits; } else { item.classList.toggle('off', !fits); }
      });
      columns(section, (form.elements.provider || {}).value || '');
      rows(section, choices.some(function (choice) { return choice.value; }));
      form.querySelector('output').textContent = shown + ' of ' + items.length + ' ' + form.dataset.what;
    }
    form.addEventListener('change', apply);
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    form.addEventListener('reset', function (event) {
      event.preventDefault();
      choices.forEach(function (choice) { choice.value = ''; });
      apply();
    });
    apply();
  });

  function columns(section, provider) {
    all('[data-column]', section).forEach(function (cell) {
      cell.hidden = Boolean(provider) && cell.dataset.column !== provider;
    });
  }

  function rows(section, chosen) {
    all('tr.mode', section).forEach(function (row) {
      row.hidden = chosen && !row.querySelector('td.item:not(.off)');
    });
    all('.matrix tbody', section).forEach(function (group) {
      group.hidden = !group.querySelector('tr.mode:not([hidden])');
    });
  }

  var dialog = document.querySelector('dialog');
  function show(name) {
    var sheet = document.getElementById(name);
    if (!sheet || !dialog) { return; }
    var copy = sheet.cloneNode(true);
    copy.removeAttribute('id');
    document.getElementById('shown').replaceChildren(copy);
    dialog.showModal();
    dialog.scrollTop = 0;
  }
  if (dialog) {
    dialog.querySelector('.close').addEventListener('click', function () { dialog.close(); });
    dialog.addEventListener('click', function (event) { if (event.target === dialog) { dialog.close(); } });
  }
  all('.matrix').forEach(function (matrix) {
    matrix.addEventListener('click', function (event) {
      var link = event.target.closest('a.mark');
      if (link) { event.preventDefault(); show(link.hash.slice(1)); }
    });
    matrix.addEventListener('keydown', function (event) { move(matrix, event); });
  });

  function move(matrix, event) {
    var link = event.target.closest('a.mark');
    var step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!link || !step) { return; }
    event.preventDefault();
    var lines = all('tr.mode:not([hidden])', matrix);
    var cell = link.closest('td');
    var y = lines.indexOf(cell.parentNode) + step[0], x = cell.cellIndex + step[1];
    while (lines[y] && lines[y].cells[x]) {
      var next = lines[y].cells[x].querySelector('a.mark');
      if (next && next.checkVisibility({ visibilityProperty: true })) { next.focus(); return; }
      y += step[0]; x += step[1];
    }
  }

  if (location.hash.startsWith('#cell-')) { show(location.hash.slice(1)); }
  addEventListener('beforeprint', function () { all('details.bad').forEach(function (one) { one.open = true; }); });
})();
"""

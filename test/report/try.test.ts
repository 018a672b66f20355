import * as echarts from 'echarts/core';
import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
test('x', () => {
  echarts.use([LineChart, GridComponent, SVGRenderer]);
  const c = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 300, height: 100 });
  c.setOption({ animation:false, xAxis: { type: 'time' }, yAxis: {}, series: [{ type: 'line', data: [[0,1],[60000,2]] }] });
  console.log(c.renderToSVGString());
});
